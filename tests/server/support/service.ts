import { onTestFinished } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../../setup/service-process.ts';

/** Starts a server for one test, and waits until it is ready. @param node options to start Node with */
export async function startForTest(
  environment: Readonly<Record<string, string>>,
  node: string[] = [],
): Promise<{ readonly service: ServiceProcess; readonly origin: string }> {
  const service = startServiceProcess(environment, { node });
  onTestFinished(() => service.destroy());
  const { origin } = await service.ready();
  return { service, origin };
}
