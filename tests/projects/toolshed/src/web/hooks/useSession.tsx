import { createContext, useContext, useState, type ReactNode } from 'react';
import type { Member } from '@prisma/client';

interface Session {
  member: Member | null;
  signIn: (member: Member) => void;
  signOut: () => void;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ initial, children }: { initial?: Member; children: ReactNode }) {
  const [member, setMember] = useState<Member | null>(initial ?? null);
  const session: Session = { member, signIn: setMember, signOut: () => setMember(null) };
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) {
    throw new Error('no session');
  }
  return session;
}

export function useMember(): Member {
  const { member } = useSession();
  if (!member) {
    throw new Error('nobody is signed in');
  }
  return member;
}
