// Parses and validates the lines of a file with ajv, over and over as asked, and answers with records per second.
// usage: node ajv.js <folder with node_modules> <schema.json> <records.ndjson>
// Each line read on stdin is one run; each answer is one line: {"perSecond": n, "valid": n}
'use strict';
const { createRequire } = require('module');
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const [folder, schemaFile, recordsFile] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(folder), 'package.json'));
const Ajv = load('ajv/dist/2020').default;
const ajv = new Ajv({ strict: false });
load('ajv-formats').default(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(schemaFile, 'utf8')));
// Each line becomes a flat string of its own, one byte a character where it can be: the best case for JSON.parse.
const lines = fs.readFileSync(recordsFile, 'utf8').split('\n').filter(line => line.length > 0)
  .map(line => Buffer.from(line).toString());

function run() {
  let valid = 0;
  const start = process.hrtime.bigint();
  for (const line of lines) {
    if (validate(JSON.parse(line))) valid++;
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return JSON.stringify({ perSecond: lines.length / seconds, valid });
}

for (let i = 0; i < 3; i++) run(); // let the just-in-time compiler settle
console.log('ready');
readline.createInterface({ input: process.stdin }).on('line', () => console.log(run()));
