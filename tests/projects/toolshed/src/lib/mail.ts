export interface Mail {
  to: string;
  subject: string;
  body: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

export class Outbox implements Mailer {
  readonly sent: Mail[] = [];

  async send(mail: Mail) {
    this.sent.push(mail);
  }

  find(to: string): Mail | undefined {
    return this.sent.find((mail) => mail.to === to);
  }
}

export class ConsoleMailer implements Mailer {
  async send({ to, subject, body }: Mail) {
    console.log(`to ${to}: ${subject}\n${body}`);
  }
}
