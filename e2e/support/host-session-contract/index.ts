/** What every implementation of the HostSession and EnginePort has to do, run against a real engine. */
import { afterAll, beforeAll, describe } from 'vitest';
import { removeProject } from '../engine';
import { describeConnection, describeStats } from './connection';
import { describeContainers } from './containers';
import { type ContractSubject, type Ground, prepare } from './ground';
import { describeImages } from './images';
import { describeMachine } from './machine';
import { describeNetworksAndVolumes } from './networks-volumes';
import { describeStreams } from './streams';

export function describeHostSession(name: string, subject: ContractSubject): void {
  describeOn(name, subject, (ground) => {
    describeMachine(ground);
    describeConnection(ground, subject);
    describeContainers(ground);
    describeStreams(ground);
    describeStats(ground);
    describeImages(ground);
    describeNetworksAndVolumes(ground);
  });
}

/** Only what concerns the machine itself and the way to it. */
export function describeHostMachine(name: string, subject: ContractSubject): void {
  describeOn(name, subject, (ground) => {
    describeMachine(ground);
    describeConnection(ground, subject);
  });
}

function describeOn(
  name: string,
  subject: ContractSubject,
  describeParts: (ground: () => Ground) => void,
): void {
  describe(name, () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await prepare(subject);
    });
    afterAll(async () => {
      await removeProject(ground.session, ground.project);
      await ground.session[Symbol.asyncDispose]();
    });

    describeParts(() => ground);
  });
}
