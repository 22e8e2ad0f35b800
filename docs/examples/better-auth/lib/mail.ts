/** Sends a mail. Put whatever you send mails with here; until then, the link is in the log. */
export async function sendMail(to: string, subject: string, text: string): Promise<void> {
  console.log(`To: ${to}\nSubject: ${subject}\n\n${text}`);
}
