select
    customer_id,
    full_name,
    email,
    home_store_id
from {{ ref('stg_customers') }}
