"""The evidence ledger: experiments that prove what the texts say. A file of experiments imports from here."""

from .claims import Claim, Comparison, above, alike, between, claim, claims_of, files_of

__all__ = ["Claim", "Comparison", "above", "alike", "between", "claim", "claims_of", "files_of"]
