import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { jwt } from 'better-auth/plugins';
import { sendMail } from './mail';

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL,
  database: new DatabaseSync(process.env.AUTH_DATABASE ?? 'auth.db'),
  emailAndPassword: { enabled: true, requireEmailVerification: true },
  emailVerification: {
    sendOnSignUp: true,
    autoSignInAfterVerification: true,
    sendVerificationEmail: ({ user, url }) => sendMail(user.email, 'Is this your address?', url),
  },
  user: { deleteUser: { enabled: true } },
  plugins: [
    jwt({
      // A new key each month; the old ones are published for as long again.
      jwks: { rotationInterval: 30 * 86_400 },
      jwt: {
        audience: 'taskpact',
        expirationTime: '5m',
        definePayload: ({ user, session }) => ({
          email: user.email,
          email_verified: user.emailVerified,
          name: user.name,
          auth_time: Math.floor(session.createdAt.getTime() / 1000),
        }),
      },
    }),
  ],
});
