// An OpenID provider for the tests: a person signs in at once, as whom and how says the login_hint
// {"sub", "claims", "amr", "acr"}; "cancel" comes back without signing in. One line on stdout when it listens.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port, redirectUri] = process.argv.slice(2)
const issuer = `http://localhost:${port}`
const people = new Map()

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'almenara',
    client_secret: 'a-secret-of-the-tests',
    redirect_uris: redirectUri.split(','),
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic'
  }],
  claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
  acrValues: ['urn:two-factors'],
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ['tests'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, ...people.get(sub)?.claims })
  }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId
    })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  }
})

const callback = provider.callback()
createServer(async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return callback(request, response)
  const { params } = await provider.interactionDetails(request, response)
  if (params.login_hint === 'cancel') {
    return provider.interactionFinished(request, response, { error: 'access_denied' })
  }
  const person = JSON.parse(params.login_hint)
  people.set(person.sub, person)
  const login = { accountId: person.sub, amr: person.amr, acr: person.acr }
  await provider.interactionFinished(request, response, { login })
}).listen(Number(port), '127.0.0.1', () => console.log(`listening at ${issuer}`))
