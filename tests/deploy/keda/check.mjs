// Reads objects of KEDA as JSON and checks each against the schema of its custom resource; exit 1 with the fault.
// The argument is the folder that has the package.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const place = `${process.argv[2]}/node_modules/@kubernetes-models/keda/keda.sh/v1alpha1/`;
for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  const { [object.kind]: Kind } = await import(pathToFileURL(`${place}${object.kind}.js`));
  new Kind(object).validate();
}
