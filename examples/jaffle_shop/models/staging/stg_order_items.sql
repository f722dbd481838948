select
    order_id,
    line_no as line_number,
    sku as product_id,
    quantity,
    {{ euros('unit_price_cents') }} as unit_price
from {{ source('pos', 'order_items') }}
