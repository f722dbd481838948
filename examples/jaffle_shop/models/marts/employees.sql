select
    employee_id,
    full_name,
    job_title,
    manager_id,
    store_id,
    hired_on
from {{ ref('stg_employees') }}
