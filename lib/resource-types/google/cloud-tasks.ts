import type { ResourceType } from '../resource-type';

export const cloudTasks: readonly ResourceType[] = [
  {
    names: ['google_cloud_tasks_queue'],
    what: 'a task queue',
    deletion: {
      kind: 'data',
      impact: 'tasks that are not executed yet; its name is reserved for days',
      recovery: 'the queue, from Terraform, without its tasks',
      source: 'https://cloud.google.com/tasks/docs/deleting-appengine-queues-and-tasks',
    },
    price: { unpriced: 'a price for each operation', isLarge: false },
  },
];
