// Writes src/zone/windows_zones.txt from Unicode's CLDR. To take a new release over:
//   npm pack cldr-core@VERSION cldr-bcp47@VERSION      (in an empty folder; then unpack each into its name)
//   node windows_zones.mjs FOLDER > ../src/zone/windows_zones.txt
// `windowsZones` gives each Windows zone its IANA zones by territory; BCP 47's `tz` says which names mean the
// same zone. The test `zones::every_zone_has_a_windows_name` then says what changed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const words = (text) => text.split(' ').filter(Boolean);
const folder = process.argv[2];
const read = (path) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const { supplemental } = read('cldr-core/package/supplemental/windowsZones.json');
const { tz } = read('cldr-bcp47/package/bcp47/timezone.json').keyword.u;

const aliases = new Map();
for (const { _alias: names } of Object.values(tz)) {
  for (const name of words(names ?? '')) aliases.set(name, words(names));
}

// For each Windows name the zone of the whole world first.
const zones = new Map();
for (const { mapZone } of supplemental.windowsZones.mapTimezones) {
  const names = zones.get(mapZone._other) ?? [];
  zones.set(mapZone._other, mapZone._territory === '001' ? [mapZone._type, ...names] : [...names, ...words(mapZone._type)]);
}

console.log(`# Unicode CLDR ${supplemental.version._cldrVersion}: windowsZones, and the aliases of BCP 47's tz.`);
console.log('# Copyright Unicode, Inc.; Unicode License v3. Made by zones/windows_zones.mjs: not to be edited.');
for (const [windows, names] of zones) {
  const [world, ...others] = new Set(names.flatMap((name) => [name, ...(aliases.get(name) ?? [])]));
  console.log(`${windows}|${[world, ...others.sort()].join(' ')}`);
}
