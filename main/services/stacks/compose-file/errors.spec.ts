/** Every wrong file ends in an error that points at the words and says what is wrong with them. */
import { describe, expect, it } from 'vitest';
import { loadCompose } from '.';
import { failureOf } from './fixtures/failure-of';

const one = (text: string) => ({ 'compose.yaml': text });
const service = (text: string) => one(`services:\n  web:\n    image: x\n${text}`);

const CASES: [string, Record<string, string>, string, string, RegExp][] = [
  ['a tab for indentation', one('services:\n\tweb: {}\n'), '2:1', '', /tab/i],
  ['an unclosed bracket', one('services: {web: {image: x}\n'), '2:1', '', /YAML/],
  ['a key twice', service('    image: y\n'), '4:5', 'image', /"image" is already set/],
  ['a list at the top', one('- a\n'), '1:1', '- a', /must be a map; found a list/],
  ['no service', one('name: p\n'), '1:1', 'name: p', /No service/],
  [
    'an unknown attribute',
    service('    prots: []\n'),
    '4:5',
    'prots',
    /no attribute "prots"; "ports" is one/,
  ],
  ['an unknown top attribute', one('service: {}\n'), '1:1', 'service', /"services" is one/],
  [
    'a wrong kind',
    service('    ports: {a: 1}\n'),
    '4:5',
    'ports',
    /services\.web\.ports must be a list; found a map/,
  ],
  ['a number for a text', service('    hostname: 5\n'), '4:15', '5', /must be a text; found 5/],
  [
    'a wrong word of an enumeration',
    service('    depends_on: {a: {condition: healthy}}\n'),
    '4:33',
    'healthy',
    /service_healthy/,
  ],
  ['a service name', one('services:\n  "my web": {image: x}\n'), '2:3', '"my web"', /letters, digits/],
  ['neither image nor build', one('services:\n  web: {}\n'), '2:3', 'web', /neither an image nor a build/],
  [
    'a required variable',
    service('    hostname: a-${HOST:?name the host}\n'),
    '4:19',
    'HOST',
    /HOST is missing a value: name the host/,
  ],
  ['a malformed variable', service('    hostname: "a ${1X}"\n'), '4:18', '${1', /no valid variable name/],
  ['an unclosed variable', service('    hostname: ${HOST\n'), '4:15', '${HOST', /not closed/],
  ['a lone dollar', service('    hostname: a$-b\n'), '4:16', '$-', /"\$\$" for a dollar/],
  ['a word for a number', service('    scale: many\n'), '4:12', 'many', /cannot be read/],
  ['a bad port', service('    ports: ["80:99999"]\n'), '4:13', '"80:99999"', /1 to 65535/],
  [
    'ranges that differ',
    service('    ports: ["80-82:90-91"]\n'),
    '4:13',
    '"80-82:90-91"',
    /3 published, 2 inside/,
  ],
  [
    'a bad port address',
    service('    ports: ["host:80:80"]\n'),
    '4:13',
    '"host:80:80"',
    /"host" is not an IP address/,
  ],
  ['a bad volume', service('    volumes: ["aa:bb:cc:dd"]\n'), '4:15', '"aa:bb:cc:dd"', /source:target/],
  [
    'a bad duration',
    service('    stop_grace_period: 5 minutes\n'),
    '4:24',
    '5 minutes',
    /a duration such as/,
  ],
  ['a bad size', service('    mem_limit: 5x\n'), '4:16', '5x', /a size such as/],
  ['an unclosed quote in a command', service('    command: "sh -c \'x"\n'), '4:14', '"sh -c \'x"', /quote/],
  [
    'an unknown dependency',
    service('    depends_on: [db]\n'),
    '4:18',
    'db',
    /depends on "db", which is not defined/,
  ],
  [
    'an unknown network',
    service('    networks: [back]\n'),
    '4:16',
    'back',
    /the network "back", which is not defined/,
  ],
  [
    'an unknown volume',
    service('    volumes: ["data:/d"]\n'),
    '4:15',
    '"data:/d"',
    /the volume "data", which is not defined/,
  ],
  [
    'an unknown secret',
    service('    secrets: [token]\n'),
    '4:15',
    'token',
    /the secret "token", which is not defined/,
  ],
  ['an unknown config', service('    configs: [c]\n'), '4:15', 'c', /the config "c", which is not defined/],
  [
    'a secret from nowhere',
    service('    secrets: [s]\nsecrets: {s: {}}\n'),
    '5:11',
    's',
    /exactly one of file or environment/,
  ],
  [
    'an inactive profile',
    service('    depends_on: [d]\n  d: {image: x, profiles: [dev]}\n'),
    '4:18',
    'd',
    /profile \(dev\) is not active/,
  ],
  [
    'a circle of dependencies',
    one('services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n'),
    '3:30',
    'a',
    /circle: a → b → a/,
  ],
  [
    'a service that extends itself',
    one('services:\n  a: {extends: b}\n  b: {extends: a}\n'),
    '3:16',
    'a',
    /circle: a → b → a/,
  ],
  ['extending what is not there', one('services:\n  a: {extends: b}\n'), '2:16', 'b', /no service "b"/],
  [
    'a missing extended file',
    one('services:\n  a: {extends: {service: b, file: no.yaml}}\n'),
    '2:35',
    'no.yaml',
    /does not exist/,
  ],
  [
    'a missing included file',
    one('include: [no.yaml]\nservices: {a: {image: x}}\n'),
    '1:11',
    'no.yaml',
    /does not exist/,
  ],
  ['a missing env_file', service('    env_file: no.env\n'), '4:15', 'no.env', /cannot be read/],
  [
    'two limits that differ',
    service('    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}\n'),
    '4:5',
    'mem_limit',
    /differ/,
  ],
  [
    'networks beside network_mode',
    service('    network_mode: host\n    networks: [default]\n'),
    '4:5',
    'network_mode',
    /only one/,
  ],
  ['an alias without anchor', service('    labels: *nothing\n'), '4:13', '*nothing', /anchor/i],
  ['an anchor inside itself', service('    labels: &l {a: *l}\n'), '4:20', '*l', /contains itself/],
  ['a merge key of a text', service('    <<: text\n'), '4:9', 'text', /takes a map/],
  [
    'a bad project name',
    one('name: "My Shop"\nservices: {a: {image: x}}\n'),
    '1:7',
    '"My Shop"',
    /lower-case/,
  ],
  [
    'a first word of a health check',
    service('    healthcheck: {test: [curl, x]}\n'),
    '4:26',
    'curl',
    /NONE, CMD or CMD-SHELL/,
  ],
];

describe('a wrong file', () => {
  it.each(CASES)('with %s is refused at its place', async (_, files, place, excerpt, detail) => {
    const expected = { place: `compose.yaml:${place}`, excerpt, detail: expect.stringMatching(detail) };
    expect(await failureOf(files)).toEqual(expected);
  });

  it('names the included file that is wrong', async () => {
    const files = {
      'compose.yaml': 'include: [parts/a.yaml]\nservices: {b: {image: x}}\n',
      'parts/a.yaml': 'services:\n  a: {imag: x}\n',
    };
    expect(await failureOf(files)).toMatchObject({ place: 'parts/a.yaml:2:7', excerpt: 'imag' });
  });

  it('names a circle of includes', async () => {
    const files = { 'compose.yaml': 'include: [b.yaml]\n', 'b.yaml': 'include:\n  - compose.yaml\n' };
    expect(await failureOf(files)).toMatchObject({
      place: 'b.yaml:2:5',
      detail: expect.stringMatching(/circle/),
    });
  });

  it('names what an include defines differently', async () => {
    const files = {
      'compose.yaml': 'include: [b.yaml]\nservices: {a: {image: x}}\n',
      'b.yaml': 'services: {a: {image: y}}\n',
    };
    expect(await failureOf(files)).toMatchObject({ detail: expect.stringMatching(/services\.a is defined/) });
  });

  it('names the line of an environment file', async () => {
    const files = { ...service('    env_file: bad.env\n'), 'bad.env': 'A=1\nthis is not one\n' };
    expect(await failureOf(files)).toMatchObject({ place: 'bad.env:2:1', excerpt: 'this is not one' });
  });

  it('says which named file is missing', async () => {
    const missing = loadCompose({ files: ['/nowhere/none.yaml'], environment: {} });
    await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
