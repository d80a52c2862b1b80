// A certified OpenID Connect provider. Arguments: its issuer, the port to listen on, and a JWK set as JSON.
// Every client is a member: its id says what is in its access token, as subject~tenant~role,role.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [issuer, port, jwks] = process.argv.slice(2);
const provider = new Provider(issuer, {
  jwks: JSON.parse(jwks),
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
  scopes: ['plans'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, resource) => ({
        scope: 'plans',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: Number(ctx.get('x-life') || 300),
        jwt: { sign: { alg: ctx.get('x-alg') || 'RS256' } },
      }),
    },
  },
  extraTokenClaims: (ctx, token) => {
    const [, tenant, roles] = token.clientId.split('~');
    return { ...(tenant && { tenant }), ...(roles && { staff: { roles: roles.split(',') } }) };
  },
  clients: JSON.parse(process.env.CLIENTS).map((client_id) => ({
    client_id, client_secret: 'secret', token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
  })),
});
createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready'));
