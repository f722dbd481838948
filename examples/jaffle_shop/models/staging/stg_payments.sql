select
    id as payment_id,
    order_id,
    method as payment_method,
    {{ euros('amount_cents') }} as amount,
    taken_by,
    paid_at
from {{ source('pos', 'payments') }}
