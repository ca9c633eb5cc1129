"""The sign-in issuer that the local stack trusts: its public keys and where to find them."""

from local.sandbox.faults import Fault
from local.sandbox.wire import Answer, Request, as_json
from local.sandbox.world import World


def jwks(world: World, _request: Request, _fault: Fault | None) -> Answer:
    """GET /signin/jwks"""
    return as_json(world.signer.jwks())


def discovery(_world: World, request: Request, _fault: Fault | None) -> Answer:
    """GET /signin/.well-known/openid-configuration"""
    issuer = f"{request.origin}/signin"
    return as_json({"issuer": issuer, "jwks_uri": f"{issuer}/jwks", "id_token_signing_alg_values_supported": ["RS256"]})
