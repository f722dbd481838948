select
    payment_id,
    order_id,
    payment_method,
    amount,
    cast(taken_by as integer) as taken_by,
    paid_at
from {{ ref('stg_payments') }}
