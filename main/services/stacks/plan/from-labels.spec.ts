import { describe, expect, it } from 'vitest';
import { projectFromLabels } from './from-labels';
import { COMPOSE } from './labels';
import { dependencies, isJob } from './service-facts';

function labelled(service: string, dependsOn = '', rest: Record<string, string> = {}) {
  return { labels: { [COMPOSE.service]: service, [COMPOSE.dependsOn]: dependsOn, ...rest } };
}

describe('a project known by its labels', () => {
  it('has its services, their order and its jobs', () => {
    const needs = 'db:service_healthy:true,init:service_completed_successfully:false';
    const made = [labelled('web', needs), labelled('web', needs), labelled('db'), labelled('init')];
    const project = projectFromLabels('shop', made);
    expect(Object.keys(project.services)).toEqual(['web', 'db', 'init']);
    const { web, init, db } = project.services;
    if (web === undefined || init === undefined || db === undefined) throw new Error('a service is missing');
    expect(dependencies(project, web)).toEqual(['db', 'init']);
    expect(web.depends_on.db).toEqual({ condition: 'service_healthy', required: true, restart: true });
    expect([isJob(project, init), isJob(project, db)]).toEqual([true, false]);
  });

  it('is not made of what a person ran once, nor of words nobody understands', () => {
    const project = projectFromLabels('shop', [
      labelled('web', 'db:service_flying:true,:service_started:false,noise'),
      labelled('shell', '', { [COMPOSE.oneOff]: 'True' }),
      { labels: {} },
    ]);
    expect(Object.keys(project.services)).toEqual(['web']);
    expect(project.services.web?.depends_on).toEqual({});
  });
});
