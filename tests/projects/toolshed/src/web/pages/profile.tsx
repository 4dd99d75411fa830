import { useState } from 'react';
import type { Branch } from '@prisma/client';
import { db } from '../../server/db';
import type { RouterInputs } from '../../server/routers';
import { MemberBadge } from '../components/MemberBadge';
import { useMember } from '../hooks/useSession';
import { trpc } from '../trpc';

type Form = RouterInputs['members']['update'];

export async function getServerSideProps({ params }: { params: { id: string } }) {
  const member = await db.member.findUnique({ where: { id: Number(params.id) }, include: { branch: true, invoices: true } });
  if (!member) {
    return { notFound: true as const };
  }
  const { branch, invoices, ...rest } = member;
  return { props: { member: rest, branch, open: invoices.filter((invoice) => !invoice.paidAt).length } };
}

type Props = Extract<Awaited<ReturnType<typeof getServerSideProps>>, { props: unknown }>['props'];

export default function ProfilePage({ member, branch, open }: Props) {
  return (
    <main>
      <MemberBadge member={member} detailed />
      <p>{member.email}, {open} open invoices</p>
      <BranchBox branch={branch} />
      <ProfileForm />
    </main>
  );
}

function BranchBox({ branch: { name, city, opensAt, closesAt } }: { branch: Branch }) {
  return <p>{name} in {city}: {opensAt} to {closesAt}</p>;
}

function ProfileForm() {
  const member = useMember();
  const [form, setForm] = useState<Form>({ fullName: member.fullName, nickname: member.nickname, newsletter: member.newsletter });
  const update = trpc.members.update.useMutation({
    onSuccess: (changed) => setForm({ fullName: changed.fullName, phone: changed.phone }),
  });
  const me = trpc.members.me.useQuery();
  return (
    <form onSubmit={() => update.mutate(form)}>
      <h2>{me.data?.greeting}</h2>
      <input value={form.fullName} onChange={(event) => setForm((old) => ({ ...old, fullName: event.target.value }))} />
      <ul>{me.data?.open.map((loan) => <li key={loan.id}>{loan.label} until {new Date(loan.dueAt).toDateString()}</li>)}</ul>
      <span>{me.data?.branch.name} {me.data?.phone}</span>
    </form>
  );
}
