import type { FC } from 'react';
import type { Member } from '@prisma/client';
import type { MemberCard } from '../../server/repositories/members';
import { euro, format } from '../../lib/money';
import { useSession } from '../hooks/useSession';

export const MemberBadge: FC<{ member: Member; detailed?: boolean }> = ({ member, detailed = false }) => (
  <span title={member.email} className={member.status === 'ACTIVE' ? 'active' : 'inactive'}>
    {member.nickname ?? member.fullName}
    {detailed && <small>{format(euro(member.creditCents))}</small>}
    {detailed && member.phone ? <a href={`tel:${member.phone}`}>{member.phone}</a> : null}
  </span>
);

export function CardList({ cards, onPick }: { cards: MemberCard[]; onPick: (card: MemberCard) => void }) {
  return (
    <ul>
      {cards.map((card) => (
        <li key={card.id} onClick={() => onPick(card)}>
          {card.fullName} {card.nickname && <em>({card.nickname})</em>} {card.status.toLowerCase()}
        </li>
      ))}
    </ul>
  );
}

export function Greeting() {
  const { member, signOut } = useSession();
  if (!member) {
    return <a href="/login">Sign in</a>;
  }
  return (
    <p>
      Hello {member.fullName}, you have been with us since {member.joinedAt.getFullYear()}.
      <button onClick={signOut}>Leave</button>
    </p>
  );
}
