import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import type { Branch, Invoice, InvoiceLine, Member, Prisma, Remark, Reservation } from '@prisma/client';
import { euro, format } from '../../lib/money';

type MemberOfBranch = Prisma.MemberGetPayload<{ include: { branch: true } }>;
type SortKey = 'fullName' | 'joinedAt' | 'creditCents';

const Selection = createContext<{ member: Member | null; select: (member: Member) => void }>({ member: null, select: () => {} });

export function SelectionProvider({ children }: { children: ReactNode }) {
  const [member, select] = useState<Member | null>(null);
  return <Selection.Provider value={{ member, select }}>{children}</Selection.Provider>;
}

export function MemberTable({ members }: { members: MemberOfBranch[] }) {
  const [key, setKey] = useState<SortKey>('fullName');
  const [city, setCity] = useState('');
  const shown = useMemo(() => members.filter((member) => member.branch.city.startsWith(city)), [members, city]);
  const sorted = useMemo(() => [...shown].sort((a, b) => (a[key] > b[key] ? 1 : -1)), [shown, key]);
  const credit = useMemo(() => sorted.reduce((sum, { creditCents }) => sum + creditCents, 0), [sorted]);
  return (
    <section>
      <input value={city} onChange={(event) => setCity(event.target.value)} />
      <button onClick={() => setKey('joinedAt')}>by day</button>
      <button onClick={() => setKey('creditCents')}>by credit</button>
      <table>
        <tbody>
          {sorted.map((member) => (
            <MemberRow key={member.id} member={member} branch={member.branch} />
          ))}
        </tbody>
      </table>
      <footer>{format(euro(credit))}</footer>
    </section>
  );
}

function MemberRow({ member, branch }: { member: Member; branch: Branch }) {
  const { select } = useContext(Selection);
  const { email, fullName, nickname, status, joinedAt } = member;
  return (
    <tr className={status.toLowerCase()} onClick={() => select(member)}>
      <td>{nickname ? `${fullName} (${nickname})` : fullName}</td>
      <td>{email}</td>
      <td>{member.phone ?? 'no phone'}</td>
      <td>{joinedAt.toLocaleDateString()}</td>
      <td>{branch.name}, {branch.street}</td>
    </tr>
  );
}

export function SelectedMember() {
  const { member } = useContext(Selection);
  if (!member) {
    return <p>Nobody is selected</p>;
  }
  return <p>{member.fullName}: {format(euro(member.creditCents))}{member.newsletter ? ', reads the newsletter' : ''}</p>;
}

export function InvoicePanel({ invoice, lines }: { invoice: Invoice; lines: InvoiceLine[] }) {
  const sum = lines.map((line) => line.amountCents).reduce((a, b) => a + b, 0);
  const wrong = sum !== invoice.totalCents;
  return (
    <article>
      <h2>{invoice.number} of {invoice.issuedAt.toDateString()}</h2>
      <ol>{lines.map(({ id, text, amountCents }) => <li key={id}>{text}: {format(euro(amountCents))}</li>)}</ol>
      {wrong && <strong>does not add up to {invoice.totalCents}</strong>}
      <small>{invoice.paidAt ? `paid on ${invoice.paidAt.toDateString()}` : 'open'}{invoice.memo && `, ${invoice.memo}`}</small>
    </article>
  );
}

type Draft = Pick<Reservation, 'toolId' | 'fromDay' | 'untilDay'> & { purpose?: Reservation['purpose'] };

export function ReservationForm({ toolId, onSave }: { toolId: number; onSave: (draft: Draft) => void }) {
  const [draft, setDraft] = useState<Draft>({ toolId, fromDay: new Date(), untilDay: new Date(), purpose: null });
  const days = (draft.untilDay.getTime() - draft.fromDay.getTime()) / 86_400_000;
  return (
    <form onSubmit={() => onSave(draft)}>
      <input type="date" onChange={(event) => setDraft({ ...draft, fromDay: new Date(event.target.value) })} />
      <input type="date" onChange={(event) => setDraft((old) => ({ ...old, untilDay: new Date(event.target.value) }))} />
      <textarea value={draft.purpose ?? ''} onChange={(event) => setDraft({ ...draft, purpose: event.target.value })} />
      <p>{days} days</p>
    </form>
  );
}

export function Remarks({ remarks }: { remarks: (Remark & { member: Pick<Member, 'fullName'> })[] }) {
  const [pinned, others] = [remarks.filter((remark) => remark.pinned), remarks.filter((remark) => !remark.pinned)];
  return (
    <>
      {[...pinned, ...others].map(({ id, body, writtenAt, member }) => (
        <blockquote key={id}>{body}<cite>{member.fullName}, {writtenAt.toDateString()}</cite></blockquote>
      ))}
    </>
  );
}
