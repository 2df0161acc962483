!pip install keras
%matplotlib inline
