"""The shop's products. Checks, defaults and counters are in the migrations."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Product(Model):
    """A product by its sku, as the shop last described it, with the sum of its ratings.

    `price` is money of `currency`; `image_id` is the shop's picture, once it was made ready.
    """

    id = fields.UUIDField(primary_key=True)
    sku = fields.TextField()
    name = fields.TextField()
    price = fields.DecimalField(max_digits=21, decimal_places=6, null=True)
    currency = fields.CharField(max_length=3, null=True)
    category = fields.TextField(null=True)
    image_url = fields.TextField(null=True)
    image_id = fields.UUIDField(null=True)
    rating_sum = fields.IntField()
    rating_count = fields.IntField()
    saved_at = fields.DatetimeField()

    class Meta:
        table = "product"
