// Runs all cases of groups/ against the server that the environment names; ../README.md has the rules.
'use strict';

const fs = require('fs');
const path = require('path');
const {World} = require('./support');

// The failure, and the lines of our own that led to it.
function reason(error) {
  const frames = String(error.stack).split('\n').filter((line) => line.includes(path.join(__dirname, 'groups')));
  const lines = [...String(error.message || error).split('\n'), ...frames.map((line) => line.trim())];
  return lines.map((line) => '  ' + line).join('\n');
}

async function main() {
  const world = new World();
  const only = new RegExp(process.env.INTEROP_ONLY || '');
  let failed = false;
  const folder = path.join(__dirname, 'groups');
  for (const file of fs.readdirSync(folder).sort()) {
    const group = path.basename(file, '.js');
    for (const [name, run] of Object.entries(require(path.join(folder, file)))) {
      if (!only.test(`${group}.${name}`)) continue;
      try {
        await run(world);
        await world.dropTables();
        console.log(`pass ${group}.${name}`);
      } catch (error) {
        failed = true;
        console.log(`fail ${group}.${name}\n${reason(error)}`);
      }
    }
  }
  process.exit(failed ? 1 : 0);
}

main();
