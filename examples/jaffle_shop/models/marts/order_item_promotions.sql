select
    order_id,
    line_no as line_number,
    promotion_code,
    {{ euros('discount_cents') }} as discount
from {{ source('pos', 'applied_promotions') }}
