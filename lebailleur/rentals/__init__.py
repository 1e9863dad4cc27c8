"""The rental business: properties, units, leases, charges, payments, receipts, reports.

Knows no chat and no HTTP. Every public function is asked for by somebody (`rights.Asker`) and
refuses what that somebody may not see or change.
"""
