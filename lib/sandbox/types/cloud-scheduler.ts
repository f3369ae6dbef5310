import { CloudError } from '../cloud-error';
import type { Rule, TypeDescription } from '../type-description';
import { resolveName } from './google';
import { requireServiceAccount } from './workflows';

const DOING = 'Error creating Job';

const isSchedule: Rule = ({ resource }) => {
  const schedule = resource.text('schedule');
  // Schedules in English, such as 'every 5 minutes', are not parsed.
  if (!/^[\d*]/.test(schedule) || /^(\S+\s+){4}\S+$/.test(schedule.trim())) return;
  throw CloudError.google(DOING, 400, 'Schedule or time zone is invalid.', 'badRequest');
};

const accountsExist: Rule = ({ resource, cloud }) => {
  for (const token of ['oauth_token', 'oidc_token']) {
    requireServiceAccount(cloud, DOING, resource.text('project'), resource.text(`http_target.${token}.service_account_email`));
  }
};

const job: TypeDescription = {
  type: 'google_cloud_scheduler_job',
  label: 'Job',
  api: 'cloudscheduler.googleapis.com',
  providerDefaults: ['project', 'region'],
  identity: (resource) => resolveName(resource, `locations/${resource.text('region')}`, 'jobs', resource.text('name')),
  computed: [
    'paused',
    'project',
    'region',
    'retry_config.{max_backoff_duration,max_doublings,max_retry_duration,min_backoff_duration,retry_count}',
  ],
  defaults: { attempt_deadline: '180s', time_zone: 'Etc/UTC' },
  forceNew: ['name', 'project', 'region'],
  values: {
    paused: false,
    'retry_config.max_backoff_duration': '3600s',
    'retry_config.max_doublings': 5,
    'retry_config.max_retry_duration': '0s',
    'retry_config.min_backoff_duration': '5s',
    'retry_config.retry_count': 0,
    state: (resource) => (resource.flag('paused') ? 'PAUSED' : 'ENABLED'),
  },
  recomputedWith: { state: ['paused'] },
  rules: { create: [isSchedule, accountsExist], update: [isSchedule, accountsExist] },
};

export const cloudScheduler: readonly TypeDescription[] = [job];
