select
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price
from {{ ref('stg_order_items') }}
