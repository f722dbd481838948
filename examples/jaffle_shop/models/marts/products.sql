select
    product_id,
    product_name,
    category,
    list_price,
    is_vegan
from {{ ref('stg_products') }}
