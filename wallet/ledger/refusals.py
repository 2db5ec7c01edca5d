"""What the ledger will not do."""

from loyalty.refusals import Refusal


class NotEnoughPoints(Refusal):
    """The wallet holds less than was asked for."""

    code = "points.not_enough"
    message = "Not enough points."
    field = "points"


class InvalidPoints(Refusal):
    """The amount is not more than zero with at most two decimals."""

    code = "points.invalid"
    message = "Points must be more than zero, with at most two decimals."
    field = "points"


class WalletFrozen(Refusal):
    """The wallet's sums and entries disagree; nothing leaves it until somebody has looked."""

    code = "wallet.frozen"
    message = "This wallet is frozen."


class SameWallet(Refusal):
    """Nobody gives points to themselves."""

    code = "points.same_wallet"
    message = "Points can only be given to somebody else."
    field = "receiver"


class TransferNotCancelable(Refusal):
    """Only an add that is pending or active, or an active block, can be cancelled."""

    code = "transfer.not_cancelable"
    message = "this transfer cannot be canceled"


class TransferNotPending(Refusal):
    """Only a pending transfer can be activated."""

    code = "transfer.not_pending"
    message = "this transfer cannot be activated"


class TransferNotExpirable(Refusal):
    """Only an active batch can be expired."""

    code = "transfer.not_expirable"
    message = "this transfer cannot be expired"


class TransferNotReversible(Refusal):
    """Only an active spending can be reversed, and only once."""

    code = "transfer.not_reversible"
    message = "this transfer cannot be reversed"


class ExternalIdTaken(Refusal):
    """The external id already names another movement of this store."""

    code = "points.external_id_taken"
    message = "This external id was used for another movement."
    field = "external_id"
