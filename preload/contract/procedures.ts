/** The procedure table: what the window may call, with inputs, outputs and errors. Apart from the schemas, which the command line needs without it. */
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { deliveryPlanSchema } from './delivery';
import { errorData } from './errors';
import { forwardSchema } from './forwards';
import { hopSchema, hostIdSchema, hostSchema, signInAnswerSchema, signInQuestionSchema } from './hosts';
import { liveList } from './live';
import { preparePlanSchema, prepareRunSchema, prepareStepSchema } from './prepare';
import {
  attentionSchema,
  configurationSchema,
  engineEventSchema,
  logBatchSchema,
  probeResultSchema,
  serviceRowSchema,
} from './services';
import { settingsPatchSchema, settingsSchema } from './settings';
import { applyRecordSchema, lockSchema, planSchema, preflightReportSchema, stackSchema } from './stacks';
import { taskSchema } from './tasks';

const declared = Object.fromEntries(Object.entries(errorData).map(([code, data]) => [code, { data }])) as {
  [C in keyof typeof errorData]: { data: (typeof errorData)[C] };
};

const procedure = oc.errors(declared);

const onStack = z.object({ hostId: hostIdSchema, stackId: z.string() });
const onService = onStack.extend({ service: z.string() });
/** Whether containers whose service is no longer in the file go; by default they are named and kept. */
const orphans = { removeOrphans: z.boolean().default(false) };
const started = z.object({ taskId: z.string() });

export const contract = {
  app: {
    info: procedure.output(
      z.object({
        version: z.string(),
        electron: z.string(),
        chrome: z.string(),
        node: z.string(),
        platform: z.string(),
        logFile: z.string(),
        dataDirectory: z.string(),
        settingsFile: z.string(),
        /** Set when a stand-in runtime is used instead of the pinned Electron. */
        runtimeNotice: z.string().nullable(),
      }),
    ),
    openExternal: procedure
      .input(z.object({ url: z.string().max(2000) }))
      .output(z.object({ opened: z.boolean() })),
    chooseComposeFiles: procedure.output(z.object({ files: z.array(z.string()) })),
    showInFolder: procedure.input(z.object({ what: z.enum(['log', 'data', 'settings']) })).output(z.void()),
  },
  hosts: {
    watch: procedure.output(eventIterator(liveList(hostSchema))),
    select: procedure.input(z.object({ hostId: hostIdSchema })).output(z.void()),
    retry: procedure.input(z.object({ hostId: hostIdSchema })).output(z.void()),
    /** Aliases of the SSH configuration that a person can pick. */
    aliases: procedure.output(z.array(z.object({ alias: z.string(), description: z.string() }))),
    /** `[user@]host[:port]`, an alias, or `ssh://…`. Nothing is connected; adding the same again answers the same host. */
    add: procedure.input(z.object({ destination: z.string().min(1).max(500) })).output(hostSchema),
    /** Only hosts that were added; their remembered secrets go with them. */
    forget: procedure.input(z.object({ hostId: hostIdSchema })).output(z.void()),
    /** Probes hop by hop; one list after every change, the last when all have ended. */
    probe: procedure
      .input(z.object({ hostId: hostIdSchema }))
      .output(eventIterator(z.object({ hops: z.array(hopSchema) }))),
    questions: procedure.output(eventIterator(liveList(signInQuestionSchema))),
    answer: procedure
      .input(z.object({ questionId: z.string(), answer: signInAnswerSchema }))
      .output(z.void()),
  },
  prepare: {
    /** Measures the machine; changes nothing. */
    plan: procedure.input(z.object({ hostId: hostIdSchema })).output(preparePlanSchema),
    run: procedure
      .input(z.object({ hostId: hostIdSchema, steps: z.array(prepareStepSchema.shape.id).min(1) }))
      .output(started),
    undo: procedure
      .input(z.object({ hostId: hostIdSchema, step: prepareStepSchema.shape.id }))
      .output(started),
    /** The steps as they ran last on this host. */
    watch: procedure
      .input(z.object({ hostId: hostIdSchema }))
      .output(eventIterator(liveList(prepareRunSchema))),
  },
  delivery: {
    /** How every image of a stack gets to the host; changes nothing. */
    plan: procedure.input(onStack).output(deliveryPlanSchema),
    /** Images of this machine onto a host over SSH: those of services (empty means all that have to be delivered), and further ones. */
    run: procedure
      .input(
        z.object({
          hostId: hostIdSchema,
          stackId: z.string().nullable(),
          services: z.array(z.string()).default([]),
          images: z.array(z.string().min(1).max(500)).default([]),
        }),
      )
      .output(started),
  },
  forwards: {
    watch: procedure.output(eventIterator(liveList(forwardSchema))),
    /** A port of this machine that leads to a service; `url` is for the browser. Opening the same again answers the same. */
    open: procedure
      .input(onService.extend({ port: z.number().int().min(1).max(65_535).optional() }))
      .output(forwardSchema),
    /** The same to a port on the host's loopback address. */
    openPort: procedure
      .input(z.object({ hostId: hostIdSchema, port: z.number().int().min(1).max(65_535) }))
      .output(forwardSchema),
    close: procedure.input(z.object({ id: z.string() })).output(z.void()),
  },
  stacks: {
    watch: procedure.input(z.object({ hostId: hostIdSchema })).output(eventIterator(liveList(stackSchema))),
    add: procedure
      .input(z.object({ files: z.array(z.string()).min(1), project: z.string().nullable() }))
      .output(stackSchema),
    forget: procedure.input(z.object({ stackId: z.string() })).output(z.void()),
    preflight: procedure.input(onStack).output(preflightReportSchema),
    plan: procedure.input(onStack.extend(orphans)).output(planSchema),
    /** Pre-flight runs again first: a failed check of the whole stack rejects, one of single services leaves those out. */
    apply: procedure
      .input(onStack.extend({ services: z.array(z.string()).default([]), ...orphans }))
      .output(started),
    continueApply: procedure.input(onStack.extend({ journalId: z.string() })).output(started),
    undoApply: procedure.input(onStack.extend({ journalId: z.string() })).output(started),
    /** Ends an interrupted change of any kind, as it is. */
    dismissApply: procedure.input(onStack.extend({ journalId: z.string() })).output(z.void()),
    /** Goes on with an interrupted removal; volumes go only if that was chosen when it began. */
    continueRemoval: procedure
      .input(onStack.extend({ journalId: z.string(), confirm: z.string() }))
      .output(started),
    /** Goes on with an interrupted start, stop or restart: the services it had not come to. */
    continueAct: procedure.input(onStack.extend({ journalId: z.string() })).output(started),
    history: procedure.input(onStack).output(z.array(applyRecordSchema)),
    lock: procedure.input(onStack).output(lockSchema.nullable()),
    breakLock: procedure.input(onStack.extend({ confirm: z.string() })).output(z.void()),
    /** What `remove` would take, for the confirmation. */
    removalPreview: procedure.input(onStack).output(
      z.object({
        containers: z.array(z.string()),
        networks: z.array(z.string()),
        volumes: z.array(
          z.object({ name: z.string(), sizeBytes: z.number().nullable(), createdAt: z.number().nullable() }),
        ),
      }),
    ),
    remove: procedure.input(onStack.extend({ volumes: z.boolean(), confirm: z.string() })).output(started),
  },
  services: {
    watch: procedure.input(onStack).output(eventIterator(liveList(serviceRowSchema))),
    attention: procedure.input(onStack).output(eventIterator(liveList(attentionSchema))),
    act: procedure
      .input(onStack.extend({ services: z.array(z.string()), action: z.enum(['start', 'stop', 'restart']) }))
      .output(started),
    logs: procedure
      .input(onService.extend({ tail: z.number().int().min(0).max(10_000).default(500) }))
      .output(eventIterator(logBatchSchema)),
    probes: procedure.input(onService).output(z.array(probeResultSchema)),
    events: procedure.input(onService).output(z.array(engineEventSchema)),
    configuration: procedure.input(onService).output(configurationSchema),
    /** Engine inspect as pretty JSON, secrets masked. */
    inspect: procedure.input(onService).output(z.object({ json: z.string() })),
  },
  tasks: {
    watch: procedure.output(eventIterator(liveList(taskSchema))),
    cancel: procedure.input(z.object({ taskId: z.string() })).output(z.void()),
    dismiss: procedure.input(z.object({ taskId: z.string() })).output(z.void()),
  },
  settings: {
    get: procedure.output(settingsSchema),
    change: procedure.input(settingsPatchSchema).output(settingsSchema),
  },
};

export type Contract = typeof contract;
