/**
 * A certified OpenID Connect provider on a free port of this machine, for tests. Whoever types a
 * name is that person, whatever the password is; ACCOUNTS has what it says of them:
 * `{"NAME": {"email": …, "email_verified": …}}`. Prints its issuer once it answers, and ends when
 * its standard input does.
 *
 * Its packages are in the folder that is its one argument.
 */

import { webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// The provider's library expects it where Node.js 18 does not have it.
globalThis.crypto ??= webcrypto;

const { resolve } = createRequire(`${process.argv[2]}/package.json`);
const { Provider } = await import(pathToFileURL(resolve('oidc-provider')).href);

const accounts = JSON.parse(process.env.ACCOUNTS ?? '{}');
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'albumen',
      client_secret: 'a secret with : and %',
      redirect_uris: ['http://localhost/v1/single-sign-on/callback'],
      post_logout_redirect_uris: ['http://localhost/'],
      token_endpoint_auth_method: 'client_secret_basic',
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (context, name) => ({
      accountId: name,
      claims: () => ({ sub: name, ...accounts[name] }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ['a key of tests'] },
  });
  // The system under test begins after this, on a port that is not known yet.
  provider.Client.prototype.redirectUriAllowed = (address) =>
    new URL(address).pathname === '/v1/single-sign-on/callback';
  provider.Client.prototype.postLogoutRedirectUriAllowed = (address) => new URL(address).pathname === '/';
  const answer = provider.callback();
  server.on('request', (request, response) => {
    // Its pages ask another host for a font, and nothing of a test leaves this machine.
    response.setHeader('content-security-policy', "style-src 'unsafe-inline'");
    return answer(request, response);
  });
  console.log(issuer);
});
process.stdin.on('end', () => process.exit()).resume();
