select
    id as store_id,
    name as store_name,
    region as region_code,
    opened as opened_on,
    seats
from {{ source('pos', 'stores') }}
