/** Answers like an engine on which one service of a project runs: as much as a plan asks for. */
import { createServer } from 'node:http';

const IMAGE = { Id: 'sha256:1', RepoTags: ['sample:1'], RepoDigests: [], Size: 1, Created: 1, Labels: null };
const CONTAINER = {
  Id: '1',
  Names: ['/sample-web-1'],
  Image: 'sample:1',
  ImageID: IMAGE.Id,
  Created: 1,
  State: 'running',
  Status: 'Up 1 second (healthy)',
  Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 80, Type: 'tcp' }],
  Mounts: [],
  NetworkSettings: { Networks: { sample_default: { IPAddress: '10.0.0.2' } } },
  Labels: {
    'com.docker.compose.project': 'sample',
    'com.docker.compose.service': 'web',
    'com.docker.compose.container-number': '1',
    'com.docker.compose.oneoff': 'False',
    'com.bizosaas.config-hash': 'another',
  },
};
const NETWORK = {
  Id: '1',
  Name: 'sample_default',
  Driver: 'bridge',
  Labels: { 'com.docker.compose.project': 'sample' },
};

const ANSWERS: Record<string, unknown> = {
  '/info': { ID: '1', ServerVersion: '1', NCPU: 1, MemTotal: 1, SecurityOptions: [] },
  '/containers/json': [CONTAINER],
  '/images/json': [IMAGE],
  '/networks': [NETWORK],
  '/volumes': { Volumes: [{ Name: 'v', Driver: 'local', Labels: null }] },
};

/** What the engine is asked about. */
export const SAMPLE_STACK = `
name: sample
services:
  web:
    image: sample:1
    command: [serve]
    environment: { LEVEL: "\${LEVEL:-info}" }
    ports: ["80:80"]
    volumes: ["data:/data"]
    depends_on: { base: { condition: service_healthy } }
    healthcheck: { test: [CMD, check], interval: 1s, timeout: 2s, retries: 3 }
    restart: unless-stopped
  base:
    image: sample:1
    command: sh -c 'serve'
    healthcheck: { test: check }
volumes:
  data:
`;

/** Resolves with what DOCKER_HOST has to be. */
export async function startSampleEngine(): Promise<{ endpoint: string; stop: () => void }> {
  const server = createServer(({ url = '' }, response) => {
    const path = url.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
    const answer = ANSWERS[path];
    response.setHeader('api-version', '1.41').setHeader('content-type', 'application/json');
    if (answer === undefined && path !== '/_ping') response.statusCode = 404;
    response.end(JSON.stringify(answer ?? { message: 'not here' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sample engine has no port.');
  return { endpoint: `tcp://127.0.0.1:${address.port}`, stop: () => server.close() };
}
