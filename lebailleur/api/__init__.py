"""REST, as the contract names its paths and fields: `api_router` is all of it."""

from fastapi import APIRouter

from lebailleur.api import (
    landlords,
    manage,
    papers,
    payments,
    properties,
    removals,
    tenant_changes,
    tenants,
)

api_router = APIRouter()
# What is named beside the ids (`/properties/manage/`) comes before them.
_parts = (manage, landlords, properties, tenants, tenant_changes, removals, payments, papers)
for _part in _parts:
    api_router.include_router(_part.router)
