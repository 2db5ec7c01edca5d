"""The words on tokens that open this dialect's routes."""

SCOPES: dict[str, str] = {
    "ROLE_SU": "everything",
    "ROLE_WALLET": "everything about wallets",
    "ROLE_WALLET_RO": "show wallets",
    "ROLE_VIEWWALLET": "show wallets",
    "ROLE_WALLET_OP": "spend points and revert that",
    "ROLE_WALLET_BATCH": "add points",
    "ROLE_WALLET_VOUCHER": "make and use vouchers",
    "ROLE_WALLET_COUPONS": "coupons",
    "ROLE_WALLET_REWARDS": "rewards",
    "ROLE_WALLET_REPORT": "reports",
    "ROLE_WALLET_STATS": "figures of venues",
}
