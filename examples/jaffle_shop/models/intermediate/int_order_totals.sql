-- What each order came to before discounts.
select
    order_id,
    count(*)::integer as line_count,
    sum(quantity * unit_price)::decimal(10, 2) as gross_amount
from {{ ref('stg_order_items') }}
group by order_id
