import { holdsUnknown } from '../../terraform/plan';
import { known, textAt, textsAt, valueAt } from '../../terraform/values';
import { hasData, listReleaseObjects, type ReleaseObject } from '../release-manifest';
import { isOn, type ReleaseValues, readReleaseValues } from '../release-values';
import type { Rule } from '../rule';
import { stays } from '../subject';
import type { SubjectChange } from '../typed-change';
import type { Finding, Severity } from '../verdict';
import { joinNames } from '../words';
import { isOperatorRelease } from './crd-destroyed';

/** Updates of Helm releases that give up custom resource definitions, volumes or objects with data. Helm deletes what leaves a chart. */
export const releaseLosesData: Rule = {
  id: 'release-loses-data',
  severities: ['refuse', 'warn'],
  title: 'An update of a Helm release gives up custom resource definitions, volumes or other objects with data',
  why: 'Helm deletes every object that leaves a chart, and Terraform shows an update of values; with a definition go all of its custom resources',
  remediation:
    'keep the value or the chart; to give up definitions, first annotate them with helm.sh/resource-policy: keep, and apply that alone',
  check: (subject) =>
    subject
      .ofType('helm_release')
      .filter((change) => stays(change) && change.action !== 'no-op')
      .flatMap((change): Finding[] => {
        const losses = [
          ...findLostObjects(change),
          ...findLostValues(change),
          ...findOtherClaims(change),
          ...findUnreadValues(change),
          ...findSwap(change),
        ];
        if (losses.length === 0) return [];
        return [
          {
            severity: losses.some(({ severity }) => severity === 'refuse') ? 'refuse' : 'warn',
            address: change.address,
            action: change.action,
            reason: `release ${known(textAt(change.before, 'name')) ?? change.name}: ${losses.map(({ reason }) => reason).join('; ')}`,
            impact:
              'the objects that leave the chart; with a definition all of its custom resources, and the pods and volumes of their operators',
            recovery: 'the objects, from the chart, without data; data only from retained volumes or a backup',
          },
        ];
      }),
};

interface Loss {
  readonly severity: Severity;

  /** Clause for the reason. */
  readonly reason: string;
}

/** Objects with data that the rendered chart no longer has, when the provider renders it in the plan. */
function findLostObjects({ before, after, afterUnknown }: SubjectChange): Loss[] {
  const had = (listReleaseObjects(before) ?? []).filter((object) => hasData(object) && !object.isKept);
  if (had.length === 0) return [];
  const objects = listReleaseObjects(after);
  if (objects === undefined) {
    const isUnknown = holdsUnknown(valueAt(afterUnknown, 'manifest'));
    const names = joinNames(had.map(describe));
    return [
      {
        severity: isUnknown ? 'refuse' : 'warn',
        reason: `what its chart will contain is ${isUnknown ? 'known only after apply' : 'no longer shown in the plan'}, and it contains ${names}`,
      },
    ];
  }
  const has = new Set(objects.map(({ key }) => key));
  const lost = had.filter(({ key }) => !has.has(key));
  return lost.length === 0 ? [] : [{ severity: 'refuse', reason: `its chart no longer contains ${joinNames(lost.map(describe))}` }];
}

function describe({ kind, name }: ReleaseObject): string {
  return `${kind} ${name}`;
}

/** Values with which charts create their definitions. */
const CREATES_DEFINITIONS =
  /(^|\.)((install|create|manage|deploy|enable)-?_?(crds?|customresourcedefinitions?|customresources?)|(crds?|customresourcedefinitions?)\.(enabled?|install|create|installed|manage|deploy))$/;

/** Values with which charts keep their definitions at a deletion. */
const KEEPS_DEFINITIONS = /(^|\.)(keep-?_?crds?|(crds?|customresourcedefinitions?)\.(keep|retain|preserve))$/;

/** Values with which charts keep their data on volumes. */
const KEEPS_DATA = /(^|\.)(persistence|persistentvolume|persistentvolumeclaim|persistentvolumeclaims|storage|pvc)\.enabled?$/;

function findLostValues({ before, after, afterUnknown }: SubjectChange): Loss[] {
  const was = readReleaseValues(before);
  const is = readReleaseValues(after, afterUnknown);
  const reused = known(textAt(after, 'reuse_values')) === 'true' ? was.byPath : new Map<string, unknown>();
  const now: ReleaseValues = { ...is, byPath: new Map([...reused, ...is.byPath]) };
  const isKept = some(was, KEEPS_DEFINITIONS, true);
  return [...new Set([...was.byPath.keys(), ...now.byPath.keys()])].sort().flatMap((path): Loss[] => {
    const [old, value] = [isOn(was.byPath.get(path)), isOn(now.byPath.get(path))];
    const isGivenUp = value !== true && (old === true || (old === undefined && value === false && !was.byPath.has(path)));
    if (!isGivenUp) return [];
    const written = now.writtenPaths.get(path) ?? was.writtenPaths.get(path) ?? path;
    const becomes = now.byPath.has(path) ? 'is turned off' : now.isComplete ? 'is removed' : 'is known only after apply';
    if (CREATES_DEFINITIONS.test(path)) {
      // A chart that renames the value has the new one on.
      const isRenamed = old === true && !now.byPath.has(path) && some(now, CREATES_DEFINITIONS, true);
      return isKept || isRenamed
        ? []
        : [{ severity: 'refuse', reason: `${written} ${becomes}, which creates its custom resource definitions` }];
    }
    if (KEEPS_DEFINITIONS.test(path)) {
      const isLost = old === true || value === false;
      return isLost
        ? [{ severity: 'refuse', reason: `${written} ${becomes}, which keeps its custom resource definitions when they leave the chart` }]
        : [];
    }
    return old === true && KEEPS_DATA.test(path)
      ? [{ severity: 'refuse', reason: `${written} ${becomes}, which keeps its data on volumes` }]
      : [];
  });
}

/** Volume claims that a chart no longer uses. Their data stays on them. */
function findOtherClaims({ before, after, afterUnknown }: SubjectChange): Loss[] {
  const { byPath: was, writtenPaths } = readReleaseValues(before);
  const { byPath: is } = readReleaseValues(after, afterUnknown);
  return [...was].flatMap(([path, claim]): Loss[] =>
    /(^|\.)existingclaim$/.test(path) && typeof claim === 'string' && claim !== '' && is.get(path) !== claim
      ? [{ severity: 'warn', reason: `${writtenPaths.get(path)} is another volume claim, and its data stays on the former one` }]
      : [],
  );
}

function some({ byPath }: ReleaseValues, pattern: RegExp, value: boolean): boolean {
  return [...byPath].some(([path, each]) => pattern.test(path) && isOn(each) === value);
}

/** Changed values in a form of YAML that is not read, with a word of definitions or volumes. */
function findUnreadValues({ before, after, afterUnknown }: SubjectChange): Loss[] {
  const texts = [before, after].map((release) => known(textsAt(release, 'values')).join('\n'));
  const isRead =
    readReleaseValues(before).isComplete && (readReleaseValues(after).isComplete || holdsUnknown(valueAt(afterUnknown, 'values')));
  return !isRead && texts[0] !== texts[1] && texts.some((text) => /crd|customresource|persistence/i.test(text))
    ? [{ severity: 'warn', reason: 'its values change in a form of YAML that is not read, and are about definitions or volumes' }]
    : [];
}

/** Another chart, or the chart of the same name from elsewhere. */
function findSwap({ before, after, afterUnknown }: SubjectChange): Loss[] {
  const [was, is] = [before, after].map((release) => chartName(known(textAt(release, 'chart'))));
  const rendered = listReleaseObjects(before);
  // With a rendered chart before and after, its objects are compared instead.
  if (rendered !== undefined && listReleaseObjects(after) !== undefined) return [];
  const mayLose = rendered === undefined ? isOperatorRelease(before) : rendered.some(hasData);
  const isUnknown = holdsUnknown(valueAt(afterUnknown, 'chart'));
  if (was !== undefined && was !== is && (is !== undefined || isUnknown)) {
    const other = isUnknown ? 'another chart, which is known only after apply' : `chart ${is}`;
    return [
      { severity: mayLose ? 'refuse' : 'warn', reason: `chart ${was} becomes ${other}, and Helm deletes what only the old one contains` },
    ];
  }
  const repositories = [before, after].map((release) => known(textAt(release, 'repository')));
  return mayLose && repositories[0] !== repositories[1]
    ? [{ severity: 'warn', reason: 'its chart comes from another repository, which may contain other objects' }]
    : [];
}

/** Name of a chart without its place, version and the hashes of its folder. */
function chartName(chart: string | undefined): string | undefined {
  const segments = chart?.split(/[/\\]/).filter((segment) => segment !== '' && !/^[0-9A-Fa-f]{16,}$/.test(segment));
  return segments?.at(-1)?.replace(/-v?\d+\.\d+[^/]*\.tgz$|\.tgz$/, '');
}
