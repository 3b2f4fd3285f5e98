import type { AssessmentItem } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { Panel } from '../../ui/panel';
import { StatusLabel, type StatusName } from '../../ui/status-glyph';
import classes from './prepare.module.css';

const states: Record<AssessmentItem['state'], { status: StatusName; word: string }> = {
  pass: { status: 'pass', word: 'Pass' },
  warn: { status: 'warn', word: 'Warning' },
  fail: { status: 'fail', word: 'Fail' },
  unknown: { status: 'unknown', word: 'Unknown' },
};

function totals(items: readonly AssessmentItem[]): string {
  const count = (state: AssessmentItem['state']) => items.filter((item) => item.state === state).length;
  const parts = [
    ...(count('fail') === 0 ? [] : [`${count('fail')} failed`]),
    ...(count('warn') === 0 ? [] : [formatCount(count('warn'), 'warning')]),
    ...(count('unknown') === 0 ? [] : [`${count('unknown')} unknown`]),
    `${count('pass')} passed`,
  ];
  return parts.join(', ');
}

/** What the machine has against what the platform needs. */
export function Assessment({ items }: { items: readonly AssessmentItem[] }) {
  return (
    <Panel title="Assessment" flush aside={<span>{totals(items)}</span>}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Result</th>
            <th scope="col">Measured</th>
            <th scope="col">Wanted</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <th scope="row">{item.title}</th>
              <td>
                <StatusLabel {...states[item.state]} />
              </td>
              <td>
                {item.measured}
                {item.advice === '' ? null : <p className={classes.quiet}>{item.advice}</p>}
              </td>
              <td className={classes.quiet}>{item.wanted}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
