import { DomainError } from '../../errors';
import type { Pass } from './pass-model';

/** Brings an image of this machine to the host, with a bar for each layer. Rejects as `DeliveryService.deliver`. */
export async function deliver(pass: Pass, reference: string, services: string[]): Promise<void> {
  const { delivery, reporter, session, signal } = pass;
  if (!delivery) {
    const message = `Image ${reference} cannot be delivered from this machine.`;
    throw new DomainError('NOT_FOUND', { kind: 'image', name: reference }, message);
  }
  for (const service of services)
    reporter.set(service, 'delivering', `Delivering ${reference} from this machine.`);
  await delivery.deliver(session, reference, (layer) => reporter.part(services, layer, 'bytes'), signal);
}
