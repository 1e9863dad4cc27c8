"""REST, as the contract names its paths and fields: `api_router` is all of it."""

from fastapi import APIRouter

from lebailleur.api import landlords, papers, payments, properties, tenants

api_router = APIRouter()
for _part in (landlords, properties, tenants, payments, papers):
    api_router.include_router(_part.router)
