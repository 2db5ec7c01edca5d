"""Friends whom customers invite: who asked whom, and how far it came."""

import uuid

from django.db import models

from customers.models.customers import Customer
from loyalty.models import Store


class Invitation(models.Model):
    """A customer (the referrer) invites somebody by e-mail or phone (the recipient).

    The recipient's address is personal data of somebody who is no customer yet: it is blanked when the recipient or
    the referrer is erased. `token` names the invitation in the link; it opens nothing else. A customer came by at
    most one invitation.
    """

    class Status(models.TextChoices):
        INVITED = "invited"
        REGISTERED = "registered"
        MADE_PURCHASE = "made_purchase"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="invitations")
    referrer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invitations")
    recipient = models.OneToOneField(
        Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitation"
    )
    recipient_email = models.CharField(max_length=254, blank=True)
    recipient_email_key = models.CharField(max_length=254, blank=True, editable=False)
    recipient_phone = models.CharField(max_length=32, blank=True)
    token = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.INVITED)
    created_at = models.DateTimeField()
    registered_at = models.DateTimeField(null=True, blank=True)
    first_purchase_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["store", "-created_at"], name="invitation_of_store"),
            models.Index(fields=["store", "recipient_email_key"], name="invitation_by_email"),
            models.Index(fields=["store", "recipient_phone"], name="invitation_by_phone"),
        ]

    def __str__(self) -> str:
        return str(self.id)
