"""LeBailleur: a WhatsApp assistant for landlords and their tenants."""
