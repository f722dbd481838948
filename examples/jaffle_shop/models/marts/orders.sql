select
    orders.order_id,
    orders.customer_id,
    orders.store_id,
    orders.order_status,
    orders.ordered_at,
    cast(orders.ordered_at as date) as ordered_on,
    totals.line_count,
    totals.gross_amount
from {{ ref('stg_orders') }} as orders
left join {{ ref('int_order_totals') }} as totals using (order_id)
