select
    store_id,
    store_name,
    region_code,
    opened_on,
    seats
from {{ ref('stg_stores') }}
