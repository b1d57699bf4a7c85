// fhir-kit-client against a running server: node client.mjs ADDRESS TOKEN
import { Client } from "fhir-kit-client";

const [address, token] = process.argv.slice(2);
const client = new Client({ baseUrl: address, bearerToken: token });

const capability = await client.capabilityStatement();
const smart = await client.smartAuthMetadata();
let bundle = await client.search({ resourceType: "Procedure", searchParams: { _count: 7, _include: "Procedure:patient" } });
const seen = new Set();
while (bundle) {
  for (const { resource, search } of bundle.entry ?? []) if (search.mode === "match") seen.add(resource.id);
  bundle = bundle.link.some(({ relation }) => relation === "next") ? await client.nextPage({ bundle }) : null;
}
const patient = await client.read({ resourceType: "Patient", id: "31" });
const history = await client.history({ resourceType: "Procedure", id: [...seen][0] });
let refused = "";
try {
  await client.read({ resourceType: "Patient", id: "99999" });
} catch (problem) {
  refused = problem.response.data.resourceType;
}
console.log(
  JSON.stringify({
    version: capability.fhirVersion, token: String(smart.tokenUrl), sessions: seen.size, patient: patient.id,
    versions: history.total, refused,
  }),
);
