export interface TextMessage {
  to: string;
  body: string;
}

export async function sendTextMessage(message: TextMessage): Promise<void> {
  const response = await fetch(`${process.env.SMS_GATEWAY}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
  });
  if (!response.ok) {
    throw new Error(`the SMS gateway answered ${response.status}`);
  }
}
