"use strict";

// Every text of the document goes in as text, never as markup.
function make(tag, given, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given || {})) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// `Words between backticks` are code.
function prose(text) {
  return make("span", {}, ...(text || "").split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part)));
}

function table(heads, rows) {
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell))));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
}

function resolve(spec, schema) {
  const [first, none] = schema.anyOf || [];
  if (none && none.type === "null") return { ...resolve(spec, first), description: schema.description, nullable: true };
  if (!schema.$ref) return schema;
  const found = schema.$ref.slice(2).split("/").reduce((at, name) => at[name], spec);
  return { ...found, ...schema, $ref: undefined, named: schema.$ref.split("/").pop() };
}

function limitsOf(schema) {
  const said = [];
  if (schema.enum) said.push(schema.enum.filter((word) => word !== null).join(" · "));
  if (schema.const !== undefined) said.push(`always ${schema.const}`);
  if (schema.minimum !== undefined || schema.maximum !== undefined) said.push(`${schema.minimum ?? ""} … ${schema.maximum ?? ""}`);
  if (schema.minLength !== undefined || schema.maxLength !== undefined) said.push(`${schema.minLength ?? 0}-${schema.maxLength ?? ""} characters`);
  if (schema.minItems !== undefined || schema.maxItems !== undefined) said.push(`${schema.minItems ?? 0}-${schema.maxItems ?? ""} entries`);
  if (schema.uniqueItems) said.push("each once");
  if (schema.default !== undefined) said.push(`default ${JSON.stringify(schema.default)}`);
  return said.join("; ");
}

function typeOf(spec, given) {
  const schema = resolve(spec, given);
  if (schema.nullable) return `${typeOf(spec, given.anyOf[0])} or null`;
  if (schema.type === "array") return `list of ${typeOf(spec, schema.items)}`;
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  return schema.named || schema.format || schema.type || "text";
}

// What stands inside a field: the fields of an object, or of the objects in a list.
function inside(spec, given) {
  const schema = resolve(spec, given);
  if (schema.properties) return schema;
  const inner = schema.items || (typeof schema.additionalProperties === "object" ? schema.additionalProperties : null) || (schema.anyOf || [])[0];
  return inner ? inside(spec, inner) : null;
}

function fields(spec, schema, depth) {
  const must = new Set(schema.required || []);
  const rows = Object.entries(schema.properties).map(([name, given]) => {
    const field = resolve(spec, given);
    const words = resolve(spec, field.items || field);
    const deeper = depth < 4 ? inside(spec, given) : null;
    return [
      make("code", must.has(name) ? { class: "must" } : {}, name),
      typeOf(spec, given),
      make("div", {}, prose(field.description), make("div", { class: "quiet" }, [limitsOf(field), field.items ? limitsOf(words) : ""].filter(Boolean).join("; ")),
        deeper ? make("details", {}, make("summary", {}, "its fields"), fields(spec, deeper, depth + 1)) : null),
    ];
  });
  return table(["Field", "Type", "Meaning"], rows);
}

function schemaView(spec, given) {
  const schema = resolve(spec, given);
  if (schema.oneOf) return make("div", {}, ...schema.oneOf.map((each) => schemaView(spec, each)));
  const shown = inside(spec, given);
  if (!shown) return make("p", {}, typeOf(spec, given));
  const name = schema.named || "Fields";
  return make("details", {}, make("summary", {}, make("strong", {}, name), ` ${schema.description || ""}`), fields(spec, shown, 0));
}

function example(spec, given) {
  const schema = resolve(spec, given);
  if (schema.examples) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf || schema.oneOf) return example(spec, (schema.anyOf || schema.oneOf)[0]);
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, example(spec, field)]));
  const kind = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  return { array: [], integer: schema.minimum ?? 0, number: schema.minimum ?? 0, boolean: false }[kind] ?? "";
}

function responses(spec, operation) {
  const rows = Object.entries(operation.responses).map(([status, answer]) => {
    const [media, content] = Object.entries(answer.content || {})[0] || ["", {}];
    const heads = Object.keys(answer.headers || {});
    const view = content.schema && Number(status) < 400 ? schemaView(spec, content.schema) : null;
    return [make("strong", {}, status), make("div", {}, prose(answer.description), heads.length ? make("div", { class: "quiet" }, `with ${heads.join(", ")}`) : null, media ? make("div", { class: "quiet" }, media) : null, view)];
  });
  return table(["Status", "Meaning"], rows);
}

function tryForm(spec, method, path, operation) {
  const inputs = operation.parameters.map((parameter) => [parameter, make("input", { spellcheck: "false" })]);
  const content = operation.requestBody ? operation.requestBody.content["application/json"] : null;
  const area = content ? make("textarea", { spellcheck: "false", "aria-label": "Body" }) : null;
  if (area) area.value = JSON.stringify(content.examples ? Object.values(content.examples)[0].value : example(spec, content.schema), null, 2);
  const others = Object.entries((content && content.examples) || {}).map(([name, { value }]) => {
    const pick = make("button", { type: "button" }, name);
    pick.addEventListener("click", () => { area.value = JSON.stringify(value, null, 2); });
    return pick;
  });
  const send = make("button", { type: "button" }, "Send");
  const shown = make("pre", { hidden: "" });
  send.addEventListener("click", () => tryIt(method, path, inputs, area, shown));
  return make("details", {}, make("summary", {}, "Try it"),
    ...inputs.map(([parameter, input]) => make("label", {}, `${parameter.name} (${parameter.in}) `, input)),
    others.length ? make("div", {}, ...others) : null, area, make("div", {}, send), shown);
}

async function tryIt(method, path, inputs, area, shown) {
  const headers = {}, query = new URLSearchParams();
  const token = document.getElementById("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  let address = path;
  for (const [parameter, input] of inputs) {
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value && parameter.in === "query") query.set(parameter.name, input.value);
    else if (input.value) headers[parameter.name] = input.value;
  }
  if (area) headers["Content-Type"] = "application/json";
  const whole = query.size ? `${address}?${query}` : address;
  shown.hidden = false;
  try {
    const answer = await fetch(whole, { method, headers, body: area ? area.value : undefined });
    const text = await answer.text();
    const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
    shown.textContent = `${answer.status} ${answer.statusText}\n${lines.join("\n")}\n\n${pretty(text)}`;
  } catch (error) {
    shown.textContent = `The request was not answered: ${error.message}`;
  }
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function operationView(spec, method, path, operation) {
  const parameters = operation.parameters.map((given) => [make("code", given.required ? { class: "must" } : {}, given.name), given.in, make("div", {}, prose(given.description), make("div", { class: "quiet" }, limitsOf(resolve(spec, given.schema))))]);
  const body = operation.requestBody ? operation.requestBody.content["application/json"].schema : null;
  return make("details", { id: operation.operationId },
    make("summary", {}, make("span", { class: "method" }, method.toUpperCase()), make("code", {}, path), ` ${operation.summary}`),
    make("p", { class: "quiet" }, prose(operation.security.length ? "Needs an access token." : operation.description)),
    parameters.length ? table(["Parameter", "In", "Meaning"], parameters) : null,
    body ? make("h4", {}, "Body") : null, body ? schemaView(spec, body) : null,
    make("h4", {}, "Answers"), responses(spec, operation), tryForm(spec, method.toUpperCase(), path, operation));
}

function problemView(kind) {
  const name = kind.type.split("/").pop();
  return make("section", { id: `problem-${name}` }, make("h4", {}, make("code", {}, kind.type), ` ${kind.status} ${kind.title}`), make("p", {}, prose(kind.remedy)));
}

function deprecatedView(each) {
  return make("section", { id: `deprecated-${each.name}` }, make("h4", {}, `${each.what} Since ${each.since}, until ${each.sunset}.`), make("p", {}, prose(each.instead)));
}

function draw(spec) {
  const groups = new Map();
  for (const [path, operations] of Object.entries(spec.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0];
      groups.set(tag, [...(groups.get(tag) || []), [method, path, operation]]);
    }
  document.getElementById("about").replaceChildren(prose(spec.info.description));
  const contents = document.getElementById("contents"), main = document.getElementById("operations");
  main.replaceChildren();
  for (const [tag, listed] of groups) {
    contents.append(make("h3", {}, tag), ...listed.map(([method, path, operation]) => make("a", { href: `#${operation.operationId}` }, `${method.toUpperCase()} ${path}`)));
    main.append(make("h2", {}, tag), ...listed.map((each) => operationView(spec, ...each)));
  }
  contents.append(make("h3", {}, "problems"), make("a", { href: "#problems" }, "Types of problem"));
  main.append(make("h2", { id: "problems" }, "Types of problem"), ...spec["x-problem-types"].map(problemView));
  contents.append(make("a", { href: "#deprecated" }, "Deprecated"));
  main.append(make("h2", { id: "deprecated" }, "Deprecated"), ...spec["x-deprecated"].map(deprecatedView));
  goTo();
}

function goTo() {
  const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}

window.addEventListener("hashchange", goTo);
fetch("/v1/openapi.json").then((answer) => answer.json()).then(draw).catch((error) => {
  document.getElementById("operations").textContent = `The document could not be read: ${error.message}`;
});
