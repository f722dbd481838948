select
    id as order_id,
    customer_id,
    store_id,
    status as order_status,
    ordered_at,
    ready_at,
    served_by
from {{ source('pos', 'orders') }}
