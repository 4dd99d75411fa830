import { useState } from 'react';
import type { Category, Condition, Tool } from '@prisma/client';
import { euro, format } from '../../lib/money';
import type { RouterOutputs } from '../../server/routers';
import { useCart } from '../hooks/useCart';
import { trpc } from '../trpc';

type Detail = RouterOutputs['tools']['byId'];
type Loan = RouterOutputs['loans']['mine'][number];

const words: Record<Condition, string> = { NEW: 'new', GOOD: 'good', WORN: 'worn', BROKEN: 'broken' };

export function ToolRow({ tool, onAdd }: { tool: Tool; onAdd?: (tool: Tool) => void }) {
  return (
    <tr className={tool.retired ? 'retired' : undefined}>
      <td>{tool.barcode}</td>
      <td>{tool.maker ? `${tool.maker} ${tool.label}` : tool.label}</td>
      <td>{words[tool.condition]}</td>
      <td>{format(euro(tool.dailyCents))}</td>
      <td>{tool.weightGrams === null ? '' : `${tool.weightGrams / 1000} kg`}</td>
      <td>
        <button onClick={() => onAdd?.(tool)}>Add</button>
      </td>
    </tr>
  );
}

export function ToolTable({ tools }: { tools: Tool[] }) {
  const [sorted, setSorted] = useState<Tool[]>(tools);
  const cart = useCart();
  const byPrice = () => setSorted((old) => [...old].sort((a, b) => a.dailyCents - b.dailyCents));
  const byLabel = () => setSorted((old) => [...old].sort((a, b) => a.label.localeCompare(b.label)));
  return (
    <section>
      <button onClick={byPrice}>by price</button>
      <button onClick={byLabel}>by name</button>
      <table>
        <tbody>
          {sorted.map((tool) => (
            <ToolRow key={tool.id} tool={tool} onAdd={cart.add} />
          ))}
        </tbody>
      </table>
      <footer>
        {cart.labels.join(', ')}: {format(euro(cart.totalCents))}
      </footer>
    </section>
  );
}

export function ToolDetail({ id }: { id: number }) {
  const { data, isLoading } = trpc.tools.byId.useQuery({ id });
  const utils = trpc.useUtils();
  const retire = trpc.tools.retire.useMutation({ onSuccess: () => utils.tools.byId.invalidate({ id }) });
  if (isLoading || !data) {
    return <p>Loading</p>;
  }
  return (
    <article>
      <h1>{data.label}</h1>
      <p>{data.category.title}: {data.category.description ?? 'no description'}</p>
      <address>{data.branch.street}, {data.branch.postalCode} {data.branch.city}</address>
      <ul>{data.tags.map((tag) => <li key={tag.id} style={{ color: tag.color }}>{tag.word}</li>)}</ul>
      {data.remarks.map((remark) => <blockquote key={remark.id}>{remark.body} ({new Date(remark.writtenAt).toDateString()})</blockquote>)}
      <Price detail={data} />
      <button onClick={() => retire.mutate(data.id)}>Retire</button>
    </article>
  );
}

function Price({ detail }: { detail: Detail }) {
  const { dailyCents, valueCents, depositCents } = detail;
  return <dl><dt>per day</dt><dd>{format(euro(dailyCents))}</dd><dt>value</dt><dd>{valueCents}</dd><dt>deposit</dt><dd>{depositCents}</dd></dl>;
}

export function Categories({ categories }: { categories: Category[] }) {
  return <nav>{categories.map(({ id, slug, title }) => <a key={id} href={`/categories/${slug}`}>{title}</a>)}</nav>;
}

export function MyLoans() {
  const loans = trpc.loans.mine.useQuery();
  const overdue = trpc.loans.overdue.useQuery();
  return (
    <div>
      {loans.data?.map((loan) => <LoanLine key={loan.id} loan={loan} />)}
      <p>{overdue.data?.map((row) => `${row.who}: ${row.what} ${row.phone ?? ''}`).join('; ')}</p>
    </div>
  );
}

function LoanLine({ loan }: { loan: Loan }) {
  const done = loan.returnedAt !== null;
  return (
    <p className={loan.state.toLowerCase()}>
      {loan.tool.label} of {loan.tool.branch.name}, {done ? 'returned' : `due ${new Date(loan.dueAt).toDateString()}`}
      {loan.renewals > 0 && <small>renewed {loan.renewals} times</small>}
    </p>
  );
}
